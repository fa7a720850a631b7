-- Where lost events leave it unknown what a CPU has cached. Rows of runs that an older ForkTrace wrote have NULL.

ALTER TABLE results ADD COLUMN cut_caches BIGINT;
COMMENT ON COLUMN results.cut_caches IS
    'How often lost events leave it unknown what a CPU''s cache holds: there it is empty again, or full for hits_starting_full, as when '
    'the recording begins.';
