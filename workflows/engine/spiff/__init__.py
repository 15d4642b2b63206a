"""
Reading BPMN, and the only package that imports SpiffWorkflow.

SpiffWorkflow's parser gives processes and specs of nodes; nothing else of it is
used. No workflow of it is ever made, so that its script engine, its decision
tables and its serializer have nothing to run.
"""
