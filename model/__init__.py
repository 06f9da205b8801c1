"""Training, scoring and comparing named-entity systems on a release.

Import the modules by name. Importing this package loads no torch.
"""
