"""Maps drawn: a power becomes a sheet (`sheet`), the sheet a scene of boxes, lines and texts (`layout`, pure), and the scene
SVG, PDF, PNG and Word; HTML and BPMN are made of the same sheet.  docs/maps.md tells how to use it."""
