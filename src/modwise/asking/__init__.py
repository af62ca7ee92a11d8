"""Questions in plain words, answered with cited statements out of the compiled knowledge."""
