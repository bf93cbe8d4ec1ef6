"""What a contact centre consists of: clients, sites, teams, agents, queues and touchpoints, with who was where when."""
