"""What people look at: frozen page objects built from one look at the store, and who may look at what."""
