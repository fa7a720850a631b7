-- Curves over capacity, as the latest run that swept a policy under the same conditions found them. A run's conditions are those of
-- all its results; one without figures does not say how its caches began.

CREATE VIEW capacity_curves AS
SELECT
    curves.run,
    traces.name AS trace,
    traces.digest AS trace_digest,
    curves.policy,
    curves.policy_version,
    curves.parameters_else,
    curves.cost_model,
    curves.seed,
    {conditions: conditions.$},
    curves.method,
    curve_points.capacity,
    curves.allocations,
    curve_points.hits,
    curve_points.hits / nullif(curves.allocations, 0) AS hit_rate,
    (curve_points.hits - lag(curve_points.hits) OVER curve) / (curve_points.capacity - lag(curve_points.capacity) OVER curve)
        / nullif(curves.allocations, 0) AS gained_rate,
    curve_points.capacity IS NOT DISTINCT FROM curves.knee_capacity AS is_knee,
    curves.knee_capacity,
    curve_points.cost_mean_ns,
    curve_points.cached_mean_bytes,
    curve_points.cached_peak_bytes
FROM curves
JOIN curve_points ON curve_points.run = curves.run AND curve_points.curve = curves.curve
JOIN runs ON runs.id = curves.run
JOIN traces ON traces.digest = runs.trace_digest
JOIN (
    SELECT run, {conditions: max($) AS $}
    FROM results
    GROUP BY run
) AS conditions ON conditions.run = curves.run
WINDOW
    curve AS (PARTITION BY curves.run, curves.curve ORDER BY curve_points.capacity),
    question AS (
        PARTITION BY
            traces.digest, curves.policy, curves.parameters_else, curves.cost_model, curves.seed, {conditions: conditions.$}
        ORDER BY curves.run DESC, curves.curve)
QUALIFY rank() OVER question = 1
ORDER BY
    trace, trace_digest, policy, parameters_else, cost_model, seed, {conditions: $}, curve_points.capacity;
COMMENT ON VIEW capacity_curves IS
    'Hits against capacity, one row a capacity, from the latest run that swept the policy under the same conditions.';
COMMENT ON COLUMN capacity_curves.trace IS 'File name of the recording.';
COMMENT ON COLUMN capacity_curves.trace_digest IS
    'Digest of the recording''s bytes: the algorithm''s name, a colon, lower-case hexadecimal digits.';
COMMENT ON COLUMN capacity_curves.hit_rate IS 'Hits over allocations, 0 to 1.';
COMMENT ON COLUMN capacity_curves.gained_rate IS
    'Hit rate more than at the point before, for each stack of capacity more; NULL at the first point.';
COMMENT ON COLUMN capacity_curves.is_knee IS 'Whether the curve bends here.';
