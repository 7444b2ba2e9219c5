"""An agency with honest, careless and corrupt officers, grown from a seed."""
