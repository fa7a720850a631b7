namespace ForkTrace.Cli;

/// <summary>Under --strict, a trace with missing events: said in one line, exit code 3.</summary>
internal sealed class DataLossException(string message) : Exception(message);
