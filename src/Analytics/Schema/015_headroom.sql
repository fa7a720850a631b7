-- How far a policy is from the best that hindsight could do, and what vmalloc'ed stacks spare. Rows of runs that an older ForkTrace wrote
-- have NULL.

ALTER TABLE results ADD COLUMN asked_for VARCHAR;
ALTER TABLE results ADD COLUMN bound_hit_rate DOUBLE;
ALTER TABLE results ADD COLUMN headroom_share DOUBLE;
ALTER TABLE results ADD COLUMN high_order_allocations_avoided BIGINT;
ALTER TABLE results ADD COLUMN off_node_life_share DOUBLE;
COMMENT ON COLUMN results.asked_for IS
    'The name that the user gave, where it stands for another: linux, rcu-deferred; NULL where it is the policy''s own.';
COMMENT ON COLUMN results.bound_hit_rate IS
    'The most hits over allocations, 0 to 1, that any policy could have with hindsight if it gives forks the stacks of dead tasks and '
    'holds as many bytes on average (cached, waiting for RCU, waiting for vfree) as this one; NULL where caches began full.';
COMMENT ON COLUMN results.headroom_share IS 'bound_hit_rate less hit_rate.';
COMMENT ON COLUMN results.high_order_allocations_avoided IS
    'Allocations of more than one contiguous page (order 2 for 16 KiB stacks of 4 KiB pages) that vmalloc made unnecessary; 0 where the '
    'policy takes such pages.';
COMMENT ON COLUMN results.off_node_life_share IS
    'Share of the lives of tasks, 0 to 1, that belongs to tasks that died on another memory node than their stack''s: an estimate from '
    'where tasks are born and die. NULL where reuse was not followed or the machine has one node.';
