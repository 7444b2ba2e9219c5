"""The site: the only place that imports Django.  A view parses a form, makes one casework call and renders a frozen page object."""
