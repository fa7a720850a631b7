-- How far costs are known: what has no price, between what ends the mean lies, and which prices were used. Rows of runs that an older
-- ForkTrace wrote have NULL.

ALTER TABLE results ADD COLUMN cost_mean_low_ns DOUBLE;
ALTER TABLE results ADD COLUMN cost_mean_high_ns DOUBLE;
ALTER TABLE results ADD COLUMN cost_basis VARCHAR;
ALTER TABLE results ADD COLUMN cost_unpriced VARCHAR;
ALTER TABLE results ADD COLUMN cost_other_era BOOLEAN;
ALTER TABLE results ADD COLUMN difference_to_pages_bound VARCHAR;
ALTER TABLE results ADD COLUMN create_join_cost_mean_ns DOUBLE;
ALTER TABLE results ADD COLUMN create_join_unpriced VARCHAR;
ALTER TABLE results ADD COLUMN purge_cost_mean_ns DOUBLE;
COMMENT ON COLUMN results.cost_mean_low_ns IS
    'cost_mean_ns if each price is the low end of its interval, ns; NULL where the cost model gives no interval.';
COMMENT ON COLUMN results.cost_mean_high_ns IS
    'cost_mean_ns if each price is the high end of its interval, ns; NULL where the cost model gives no interval.';
COMMENT ON COLUMN results.cost_basis IS
    'How the prices of getting a stack are known: measured, assumed, both, or input, where differences to pages are what was put in.';
COMMENT ON COLUMN results.cost_unpriced IS
    'Parts that forks paid for and the cost model has no price for, joined by commas: with any, costs are lower bounds.';
COMMENT ON COLUMN results.cost_other_era IS
    'True if the cost model is of kernels that clear or charge stacks otherwise than the policy; NULL for rows of an older ForkTrace.';
COMMENT ON COLUMN results.difference_to_pages_ns IS
    'Mean cost of a stack less that of order-2 pages in the same forks, in a kernel that clears and charges as the policy does, ns; what was '
    'put in where cost_basis is input.';
COMMENT ON COLUMN results.difference_to_pages_bound IS
    'What difference_to_pages_ns is: empty for a figure, >= for a lower bound, <= for an upper one.';
COMMENT ON COLUMN results.create_join_cost_mean_ns IS
    'What one pthread_create and pthread_join spend on the stack, purges included: mean, ns; a lower bound with create_join_unpriced.';
COMMENT ON COLUMN results.create_join_unpriced IS
    'Parts of create and join that the cost model has no price for, joined by commas.';
COMMENT ON COLUMN results.purge_cost_mean_ns IS
    'Of create and join, purges of address space: mean, ns; NULL where the cost model does not price them.';

CREATE TABLE cost_parts (
    run BIGINT NOT NULL,
    cost_model VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    basis VARCHAR,
    median_ns DOUBLE,
    mean_ns DOUBLE,
    low_ns DOUBLE,
    high_ns DOUBLE,
    within VARCHAR,
    machine VARCHAR,
    kernels VARCHAR,
    source VARCHAR NOT NULL
);
COMMENT ON TABLE cost_parts IS 'The prices that a run used, part by part.';
COMMENT ON COLUMN cost_parts.run IS 'The run (runs.id).';
COMMENT ON COLUMN cost_parts.cost_model IS 'Name of the cost model.';
COMMENT ON COLUMN cost_parts.part IS 'The part (docs/costs.md).';
COMMENT ON COLUMN cost_parts.basis IS 'measured, assumed or input; NULL where there is no price.';
COMMENT ON COLUMN cost_parts.median_ns IS 'Median price, ns; NULL where the price is not known or lies within others.';
COMMENT ON COLUMN cost_parts.mean_ns IS 'Mean price, ns; NULL as for the median.';
COMMENT ON COLUMN cost_parts.low_ns IS 'Low end of the median''s interval, ns; NULL where the model gives none.';
COMMENT ON COLUMN cost_parts.high_ns IS 'High end of the median''s interval, ns; NULL where the model gives none.';
COMMENT ON COLUMN cost_parts.within IS 'The parts whose prices hold this one, joined by commas; NULL for a part of its own.';
COMMENT ON COLUMN cost_parts.machine IS 'The machine that the price holds for; NULL where the model does not say.';
COMMENT ON COLUMN cost_parts.kernels IS 'The kernel releases that the price holds for; NULL where the model does not say.';
COMMENT ON COLUMN cost_parts.source IS 'Where the price comes from.';
