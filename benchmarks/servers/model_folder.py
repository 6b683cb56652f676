"""How a server finds its model."""

FOLDER_VARIABLE = "MODEL_FOLDER"
"""Environment variable with the folder of the dynamic int8 model."""
