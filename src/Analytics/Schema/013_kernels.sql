-- Which kernel was recorded. Recordings that only an older ForkTrace read have no row.

CREATE TABLE kernels (
    trace_digest VARCHAR PRIMARY KEY,
    policy VARCHAR,
    reason VARCHAR NOT NULL,
    stack_bytes INTEGER NOT NULL,
    stack_align_bytes INTEGER NOT NULL,
    page_bytes INTEGER NOT NULL,
    sizes_reason VARCHAR NOT NULL,
    facts VARCHAR
);
COMMENT ON TABLE kernels IS 'What the kernel of a recording does with stacks, and how that is known (docs/policies.md).';
COMMENT ON COLUMN kernels.trace_digest IS 'The recording (traces.digest).';
COMMENT ON COLUMN kernels.policy IS 'The policy that linux stands for; NULL where the recording names no release.';
COMMENT ON COLUMN kernels.reason IS 'Why that policy, and whether this is recorded or assumed; or why it is not known.';
COMMENT ON COLUMN kernels.stack_bytes IS 'Size of a thread stack (THREAD_SIZE), bytes.';
COMMENT ON COLUMN kernels.stack_align_bytes IS 'Alignment of a mapped stack (THREAD_ALIGN), bytes.';
COMMENT ON COLUMN kernels.page_bytes IS 'Size of a page, and of the guard page beside a stack, bytes.';
COMMENT ON COLUMN kernels.sizes_reason IS 'Whether the sizes are recorded or assumed.';
COMMENT ON COLUMN kernels.facts IS
    'How the kernel was built and started, as JSON (docs/recording.md); NULL where nobody recorded it.';
