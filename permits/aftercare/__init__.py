"""What a permit obliges to after its approval 事后监管: how each obligation stands, by term, facts and acts."""
