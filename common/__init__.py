"""The ground floor: settings, clock, ids, errors, and the gateways to warehouse, messages and raw store.

Nothing here imports from the phases or from orchestration.
"""
