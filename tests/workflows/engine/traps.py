"""Every trap of process engines that we know of, and the tests that keep us out of it."""

_RUNTIME = "tests.workflows.engine.runtime"
_ENGINE = "tests.workflows.engine"
_HERE = f"{_RUNTIME}.test_engine_traps"
_LIBRARY = f"{_RUNTIME}.test_library_traps"
_SAFETY = f"{_RUNTIME}.test_safety_traps"

TRAPS = {
    "a cap on depth hides live work": [
        f"{_LIBRARY}.test_a_case_disappears_beyond_a_depth_of_a_thousand",
        f"{_HERE}.test_many_instances_within_many_are_all_shown",
        f"{_RUNTIME}.test_repetition.test_a_thousand_instances_show_a_thousand_user_tasks",
        f"{_ENGINE}.test_replay.test_every_step_of_a_case_replays_to_the_stored_bytes",
    ],
    "history in the state grows without bound": [
        f"{_HERE}.test_the_state_grows_with_every_round",
        f"{_RUNTIME}.test_budget."
        "test_ten_thousand_rounds_cost_the_same_at_the_end_as_at_the_beginning",
    ],
    "every possible path is predicted": [
        f"{_LIBRARY}.test_blocks_in_a_row_are_predicted_into_thousands_of_tasks",
        f"{_RUNTIME}.test_budget.test_twenty_parallel_blocks_in_a_row_start_small_and_at_once",
    ],
    "a parallel join in a loop fires early": [
        f"{_LIBRARY}.test_a_join_in_a_loop_fires_before_all_branches_have_come",
        f"{_RUNTIME}.test_joins.test_a_join_in_a_loop_does_not_fire_early_in_the_second_round",
        f"{_RUNTIME}.test_joins.test_tokens_that_are_too_many_at_a_join_are_kept_for_the_next_time",
    ],
    "joins lose data": [
        f"{_LIBRARY}.test_a_join_brings_old_values_back",
        f"{_HERE}.test_a_join_loses_what_a_branch_appended",
        f"{_HERE}.test_a_join_brings_a_deleted_key_back",
        f"{_ENGINE}.checks.test_checks.test_two_branches_that_write_one_key_are_a_warning",
    ],
    "link events drop the rest": [f"{_LIBRARY}.test_everything_behind_a_link_event_is_dropped"],
    "a signal at an end is never sent": [f"{_LIBRARY}.test_a_signal_at_an_end_is_never_sent"],
    "compensation does nothing": [
        f"{_RUNTIME}.test_scope_traps.test_compensation_that_is_thrown_does_nothing"
    ],
    "conditions behind an activity are ignored": [
        f"{_LIBRARY}.test_the_condition_of_a_flow_that_leaves_a_task_is_ignored"
    ],
    "event sub-processes do not do what they say": [
        f"{_RUNTIME}.test_scope_traps."
        "test_an_event_sub_process_that_interrupts_is_run_like_one_that_does_not",
        f"{_RUNTIME}.test_scope_traps."
        "test_an_event_sub_process_that_waits_for_an_error_begins_at_once",
    ],
    "an id twice: the last one wins": [f"{_HERE}.test_of_two_elements_with_one_id_one_is_lost"],
    "unreachable and dangling nodes are accepted": [
        f"{_SAFETY}.test_a_node_that_no_path_leads_to_is_accepted",
        f"{_ENGINE}.checks.test_checks.test_a_node_that_no_path_leads_to_is_an_error",
        f"{_ENGINE}.checks.test_checks.test_a_path_that_just_stops_is_a_warning",
    ],
    "ad-hoc sub-processes crash": [f"{_HERE}.test_an_ad_hoc_sub_process_crashes"],
    "an error border catches no failure": [
        f"{_HERE}.test_an_error_border_does_not_catch_a_program_that_fails",
        f"{_ENGINE}.test_services.test_a_business_error_takes_its_boundary_event",
        f"{_ENGINE}.test_services.test_a_failure_undoes_everything_and_opens_one_incident",
    ],
    "failures of services are masked": [
        f"{_HERE}.test_what_a_service_raises_is_masked",
        f"{_ENGINE}.test_services.test_a_refusal_in_plain_words_is_the_message_of_the_incident",
    ],
    "a step that was never reached runs": [
        f"{_LIBRARY}.test_a_step_that_was_never_reached_can_be_run",
        f"{_RUNTIME}.test_user_tasks.test_a_stale_click_never_completes_the_next_user_task",
    ],
    "values of forms have a meaning for the engine": [
        f"{_LIBRARY}.test_a_value_of_a_form_makes_the_case_unloadable",
        f"{_HERE}.test_a_value_of_a_form_changes_its_type",
        f"{_HERE}.test_a_field_named_like_a_function_breaks_a_condition",
    ],
    "a form writes what it does not declare": [
        f"{_SAFETY}.test_a_field_that_no_form_asks_for_takes_an_approval_gateway",
        f"{_ENGINE}.test_forms.test_a_form_is_closed_even_when_its_schema_is_open",
    ],
    "program text of a model runs": [
        f"{_RUNTIME}.test_self_test.test_the_alarm_rings_when_the_bare_library_runs_a_model",
        f"{_RUNTIME}.test_self_test.test_no_python_of_a_model_runs_anywhere",
        f"{_RUNTIME}.test_self_test.test_the_product_does_not_start_when_something_rings",
    ],
    "timers without bounds": [
        f"{_HERE}.test_a_timer_that_repeats_at_once_is_accepted",
        f"{_RUNTIME}.test_waits.test_a_time_that_no_timer_may_have_is_refused",
        f"{_RUNTIME}.test_waits.test_cycles_that_were_missed_are_one_firing",
        f"{_ENGINE}.test_timers.test_what_a_cycle_missed_while_nobody_looked_happens_once",
    ],
    "no budget": [
        f"{_SAFETY}.test_a_loop_of_gateways_never_ends",
        f"{_RUNTIME}.test_budget.test_a_loop_of_automatic_nodes_is_stopped_with_its_name",
        f"{_RUNTIME}.test_budget.test_a_million_instances_are_refused_at_once",
        f"{_RUNTIME}.test_budget.test_a_state_that_grows_too_large_is_refused",
        f"{_RUNTIME}.test_containers."
        "test_a_process_that_calls_itself_for_ever_is_stopped_by_the_budget",
        f"{_RUNTIME}.test_repetition.test_a_standard_loop_ends_at_its_maximum",
    ],
    "the parser breaks on size and depth": [
        f"{_LIBRARY}.test_a_chain_of_five_hundred_nodes_cannot_be_read",
        f"{_ENGINE}.spiff.test_reader."
        "test_three_hundred_nested_sub_processes_are_stopped_at_the_door",
        f"{_ENGINE}.spiff.test_reader.test_a_node_of_three_thousand_costs_what_one_of_three_hundred_does",
    ],
    "the process stands in every state": [f"{_HERE}.test_the_process_itself_stands_in_the_state"],
    "the serializer is shared and not safe": [
        f"{_HERE}.test_the_serializer_keeps_a_mode_that_threads_share",
        f"{_RUNTIME}.test_golden_states.test_a_stored_case_goes_on_to_the_end_that_was_recorded",
    ],
    "decision tables of the library": [
        f"{_SAFETY}.test_a_cell_with_two_values_never_matches",
        f"{_SAFETY}.test_of_rules_that_contradict_each_other_the_first_wins",
        f"{_RUNTIME}.test_decisions.test_the_output_of_a_decision_becomes_data",
        f"{_RUNTIME}.test_self_test.test_no_python_of_a_model_runs_anywhere",
    ],
    "models of other tools are not read": [
        f"{_ENGINE}.spiff.test_reader.test_user_tasks_of_other_modelers_are_read",
        f"{_ENGINE}.spiff.test_survey.test_all_findings_of_a_file_come_at_once",
    ],
}

# What users of that library have reported, by the number of their issue, and what shows that it
# cannot happen here.
ISSUES = {
    "spiff-arena 1177: work that is there is not listed": [
        f"{_LIBRARY}.test_a_case_disappears_beyond_a_depth_of_a_thousand",
        f"{_RUNTIME}.test_repetition.test_a_thousand_instances_show_a_thousand_user_tasks",
    ],
    "spiff-arena 1306, 1791: a case is stuck, and nothing lists it": [
        f"{_ENGINE}.test_sweeps.test_a_case_whose_rows_disagree_is_listed_with_the_reason",
        f"{_ENGINE}.test_sweeps.test_every_open_case_is_looked_at_within_the_hour",
        f"{_ENGINE}.test_stalled.test_a_timer_that_should_have_fired",
        f"{_ENGINE}.test_messages.test_a_message_of_a_case_that_has_ended_is_not_lost_in_silence",
    ],
    "spiff-arena 1654: every open case is loaded to find a timer that is due": [
        f"{_ENGINE}.test_timers.test_only_cases_with_something_due_are_loaded",
    ],
    "spiff-arena 702, 1006: people see errors of locks": [
        f"{_ENGINE}.test_races.test_two_people_complete_the_same_user_task",
        f"{_ENGINE}.test_races.test_parallel_user_tasks_of_one_case_are_completed_at_once",
        f"{_ENGINE}.test_races.test_starting_many_cases_at_once_loses_none",
    ],
    "spiff-arena 1502, SpiffWorkflow 440: data of branches are lost": [
        f"{_LIBRARY}.test_a_join_brings_old_values_back",
        f"{_HERE}.test_a_join_loses_what_a_branch_appended",
        f"{_HERE}.test_a_join_brings_a_deleted_key_back",
    ],
    "spiff-arena 2960, 2718: rows of predicted tasks, and several commits for a request": [
        f"{_ENGINE}.test_user_tasks.test_completing_a_plain_user_task_takes_few_statements",
        f"{_ENGINE}.test_plans.test_a_completion_of_the_review_takes_few_statements",
    ],
    "spiff-arena 3009, 2911: a new release cannot open an old case": [
        f"{_RUNTIME}.test_golden_states.test_a_stored_case_goes_on_to_the_end_that_was_recorded",
        f"{_ENGINE}.test_golden_log.test_a_stored_log_gives_the_stored_states",
    ],
}
