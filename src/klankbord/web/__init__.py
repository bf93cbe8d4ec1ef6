"""The web product: what an organisation does with Klankbord in a browser and over its API; the only rooms with Django."""
