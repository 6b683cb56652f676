"""What a person types: ``windvane serve | classify | export | evaluate``."""
