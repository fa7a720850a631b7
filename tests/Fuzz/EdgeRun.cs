using System.Globalization;
using System.Text;
using ForkTrace.TestKit.Fuzzing;
using SharpFuzz.Common;

namespace ForkTrace.Fuzz;

/// <summary>
/// Prints the edges that inputs take: steps from one place of a method to another, as compilers count them. The map that steers afl-fuzz has
/// pairs of places that follow each other, in whichever methods they are, and several pairs may share a cell.
/// </summary>
internal sealed class EdgeRun
{
    // Fowler, Noll and Vo, 1a with 64 bits: the same number for the same name in each process.
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    private readonly Dictionary<string, Method> _methods = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ulong> _edges = [];
    private readonly Lock _lock = new();

    private EdgeRun() => Trace.OnBranch = Take;

    /// <summary>
    /// Gives each file of a folder twice, by name. Prints its name and the edges that the second time takes and no earlier file took: what a
    /// process does only the first time (a static field, a cached lambda) is no edge of the file that came then.
    /// </summary>
    public static void Print(IFuzzTarget target, string folder)
    {
        AflRun.PrepareWithoutAfl();
        EdgeRun run = new();
        HashSet<ulong> known = [];
        foreach (string path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            byte[] input = File.ReadAllBytes(path);
            target.RunAlone(input);
            run.Forget();
            target.RunAlone(input);
            IEnumerable<string> added = run._edges.Where(known.Add).Select(edge => edge.ToString("x", CultureInfo.InvariantCulture));
            Console.WriteLine(string.Join(' ', added.Prepend(Path.GetFileName(path))));
        }
    }

    private void Forget()
    {
        lock (_lock)
            _edges.Clear();
    }

    private void Take(int place, string name)
    {
        lock (_lock)
        {
            if (!_methods.TryGetValue(name, out Method? method))
            {
                // A method begins at the place where it is met first.
                method = new Method(Hash(name), Entry: place);
                _methods.Add(name, method);
            }

            int before = place == method.Entry ? 0 : method.Last;
            _edges.Add(method.Hash ^ ((ulong)before << 16) ^ (ulong)place);
            method.Last = place;
        }
    }

    private static ulong Hash(string name) => Encoding.UTF8.GetBytes(name).Aggregate(HashStart, (hash, one) => (hash ^ one) * HashFactor);

    private sealed record Method(ulong Hash, int Entry)
    {
        public int Last { get; set; }
    }
}
