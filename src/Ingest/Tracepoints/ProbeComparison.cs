namespace ForkTrace.Ingest.Tracepoints;

/// <summary>How a probe's field is compared with a number.</summary>
public enum ProbeComparison
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary><c>&amp;</c>: they have a bit in common.</summary>
    HasBit,
}
