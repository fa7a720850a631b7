using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// The process in which foreign policies run. It runs the same command again, and its parent watches it. The first foreign file to load
/// starts it; nothing was read or written before that.
/// </summary>
internal static partial class PolicyChild
{
    /// <summary>The environment variable that gives the child the path of its mark.</summary>
    public const string MarkVariable = "FORKTRACE_POLICY_MARK";

    private const int ParentDeathSignal = 1;
    private const int Terminate = 15;
    private static PolicyMark? s_mark;

    /// <summary>Returns in the child. In any other process it throws, and a child runs the command instead.</summary>
    /// <param name="limits">The limits of the policies.</param>
    /// <param name="fault">The exit code if they exceed the limits.</param>
    /// <exception cref="PolicyHandOverException">This process is not the child.</exception>
    public static void Require(PolicyLimits limits, ExitCode fault)
    {
        if (s_mark is not null)
            return;
        if (Environment.GetEnvironmentVariable(MarkVariable) is not { } path || !File.Exists(path))
            throw new PolicyHandOverException(limits, fault);
        s_mark = PolicyMark.Open(path);
        Environment.SetEnvironmentVariable(MarkVariable, null);
        AppDomain.CurrentDomain.UnhandledException += static (_, fault) =>
            s_mark.Fail(fault.ExceptionObject is Exception thrown ? $"{thrown.GetType().Name}: {thrown.Message}" : "");
        if (OperatingSystem.IsLinux())
            _ = Prctl(ParentDeathSignal, Terminate, 0, 0, 0);
    }

    /// <summary>Reads the policies of a file. Its code runs here for the first time.</summary>
    public static T Load<T>(string path, Func<T> load)
    {
        if (s_mark is not { } mark)
            return load();
        byte[] name = Encoding.UTF8.GetBytes(path);
        return WatchedRun.Within(load, () => mark.Enter(name), mark.Leave);
    }

    /// <summary>Wraps a policy so that it records in the mark when its code runs.</summary>
    public static PolicyEntry Watch(PolicyEntry policy)
    {
        if (s_mark is not { } mark)
            return policy;
        byte[] name = Encoding.UTF8.GetBytes($"policy {policy.Descriptor.Name}");
        return WatchedRun.Watch(policy, () => mark.Enter(name), mark.Leave);
    }

    /// <summary>Ends this process if it is a child. Otherwise a thread that a policy left behind would keep it alive.</summary>
    public static void End(ExitCode code)
    {
        if (s_mark is null)
            return;
        s_mark.Finish();
        Environment.Exit((int)code);
    }

    // The child ends when its parent ends.
    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint argument, nuint third, nuint fourth, nuint fifth);
}

/// <summary>Thrown to run the command in a child process, because it runs foreign policies.</summary>
internal sealed class PolicyHandOverException(PolicyLimits limits, ExitCode fault) : Exception
{
    public PolicyLimits Limits => limits;

    /// <summary>The exit code if a policy exceeds the limits or ends the process.</summary>
    public ExitCode Fault => fault;
}
