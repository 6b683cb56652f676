"""``windvane data``: what labelled files hold, before anything is learned from them."""
