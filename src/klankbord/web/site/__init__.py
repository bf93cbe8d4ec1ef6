"""The whole product put together: addresses, navigation, the API and the commands that run it."""
