using ForkTrace.TestKit.Fuzzing;

namespace ForkTrace.Fuzz;

/// <summary>A reader of a file that users write. It rejects files with exceptions whose message is for the user.</summary>
internal abstract class ConfigurationTarget(string name, params Type[] rejections) : IFuzzTarget
{
    public string Name => name;

    public string? Format => null;

    public abstract IReadOnlyList<byte[]> Seeds();

    public bool Run(byte[] input)
    {
        using ScratchFile file = new(input);
        try
        {
            Read(file.Path);
            return true;
        }
        catch (Exception rejection) when (rejections.Contains(rejection.GetType()) && rejection.Message.Length > 0)
        {
            return false;
        }
    }

    protected abstract void Read(string path);
}
