namespace ForkTrace.Fidelity.Calibration;

/// <summary>Recordings that show no cost of a miss: too few forks, or a difference that is not known or not due to a stack.</summary>
public sealed class NoCostException : Exception
{
    public NoCostException()
    {
    }

    public NoCostException(string message)
        : base(message)
    {
    }

    public NoCostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
