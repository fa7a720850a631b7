-- Conditions that nobody changed are the defaults in every row: an older ForkTrace spelled out the default model of RCU, and rows from
-- before there were conditions say nothing of those that they were made under. What topology these had stays unknown.

UPDATE results SET rcu_model = '' WHERE rcu_model IS NULL OR rcu_model = 'hz=250';
UPDATE results SET warmup_ns = 0 WHERE warmup_ns IS NULL;
UPDATE results SET starts_full = FALSE WHERE starts_full IS NULL;
UPDATE results SET pins = '' WHERE pins IS NULL;
UPDATE results SET vfree_delay_ns = 4000000 WHERE vfree_delay_ns IS NULL;
