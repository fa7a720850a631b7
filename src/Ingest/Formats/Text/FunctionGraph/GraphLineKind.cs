namespace ForkTrace.Ingest.Formats.Text.FunctionGraph;

/// <summary>What a line of the function_graph tracer says.</summary>
internal enum GraphLineKind
{
    /// <summary>A call in which no traced function was called.</summary>
    Leaf,

    /// <summary>A call begins.</summary>
    Begin,

    /// <summary>The innermost call ends.</summary>
    End,

    /// <summary>Another thread runs on the CPU from here on.</summary>
    Switch,

    /// <summary>An interrupt begins or ends.</summary>
    Interrupt,
}
