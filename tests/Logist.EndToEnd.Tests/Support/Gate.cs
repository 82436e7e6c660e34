namespace Logist.EndToEnd.Tests.Support;

/// <summary>Steps that run <see cref="Wait"/> stand still, without using the processor, until the gate opens.</summary>
internal sealed class Gate(string path) : IDisposable
{
    // FileShare.None is flock(LOCK_EX).
    private readonly FileStream _held = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>A shell command.</summary>
    public string Wait => $"flock -s {path} true";

    public void Open() => _held.Dispose();

    public void Dispose() => _held.Dispose();
}
