"""The ground of the product: organisations, actors, access, audit, jobs, settings, words and the frame of pages."""
