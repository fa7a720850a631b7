-- A recording's digest says by which algorithm it was made: all that are here already are sha256.

ALTER TABLE traces RENAME COLUMN sha256 TO digest;
ALTER TABLE trace_events RENAME COLUMN trace_sha256 TO trace_digest;
ALTER TABLE runs RENAME COLUMN trace_sha256 TO trace_digest;
ALTER TABLE cells RENAME COLUMN trace_sha256 TO trace_digest;

UPDATE traces SET digest = 'sha256:' || digest;
UPDATE trace_events SET trace_digest = 'sha256:' || trace_digest;
UPDATE runs SET trace_digest = 'sha256:' || trace_digest;
UPDATE cells SET trace_digest = 'sha256:' || trace_digest;

COMMENT ON COLUMN traces.digest IS
    'Digest of the recording''s bytes: the algorithm''s name, a colon, lower-case hexadecimal digits.';
COMMENT ON COLUMN trace_events.trace_digest IS 'The recording (traces.digest).';
COMMENT ON COLUMN runs.trace_digest IS 'The recording (traces.digest).';
COMMENT ON COLUMN cells.trace_digest IS 'The recording (traces.digest).';
