"""The pages of this room: each reads its address, asks, and renders one template."""
