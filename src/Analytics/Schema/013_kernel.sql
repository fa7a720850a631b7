-- Which kernel was recorded. Rows of an older ForkTrace have NULL.

ALTER TABLE traces ADD COLUMN stack_bytes INTEGER;
ALTER TABLE traces ADD COLUMN page_bytes INTEGER;
ALTER TABLE traces ADD COLUMN kernel_facts VARCHAR;
ALTER TABLE results ADD COLUMN policy_reason VARCHAR;
COMMENT ON COLUMN traces.stack_bytes IS 'Size of a thread stack of the recorded kernel (THREAD_SIZE), bytes; recorded, or assumed by docs/policies.md.';
COMMENT ON COLUMN traces.page_bytes IS 'Size of a page, and of the guard page beside a stack, bytes; recorded, or assumed by docs/policies.md.';
COMMENT ON COLUMN traces.kernel_facts IS
    'How the kernel was built and started, as JSON (docs/recording.md); NULL where nobody recorded it.';
COMMENT ON COLUMN results.policy_reason IS
    'Why the policy is that of the recorded kernel, where the policy linux was asked for, and whether that is recorded or assumed; else NULL.';
