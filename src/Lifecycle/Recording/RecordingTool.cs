namespace ForkTrace.Lifecycle.Recording;

/// <summary>What records.</summary>
public enum RecordingTool
{
    /// <summary><c>trace-cmd record</c>: the smallest files.</summary>
    TraceCmd,

    /// <summary><c>perf record -a</c>.</summary>
    Perf,

    /// <summary>A few lines of shell on tracefs, which leave text: where neither tool is there.</summary>
    Ftrace,
}
