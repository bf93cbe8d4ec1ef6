"""The web product: what an organisation does with Klankbord in a browser and over its API; the one room with Django."""
