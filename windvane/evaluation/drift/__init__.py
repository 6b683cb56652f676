"""Tables, pictures and the page of a drift report."""
