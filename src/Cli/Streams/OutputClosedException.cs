namespace ForkTrace.Cli.Streams;

/// <summary>Whoever read standard output has gone (<c>| head</c>): there is nobody left to tell, so the tool ends quietly.</summary>
internal sealed class OutputClosedException : Exception;
