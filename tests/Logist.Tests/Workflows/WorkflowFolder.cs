using Logist.Workflows;

namespace Logist.Tests.Workflows;

/// <summary>A directory with workflow files, removed afterwards.</summary>
internal sealed class WorkflowFolder : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("logist-flow-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal string Put(string name, string text) => Put(name, System.Text.Encoding.UTF8.GetBytes(text));

    internal string Put(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal CompileResult Load(string text, ConfigFile? config = null, string name = "w.yaml") =>
        WorkflowFile.Load(Put(name, text), config);

    /// <summary>Each problem as <c>line:column message</c>.</summary>
    internal List<string> Problems(string text, string name = "w.yaml") =>
        [.. Load(text, name: name).Problems.Select(p => $"{p.Line}:{p.Column} {p.Message}{(p.Hint is null ? "" : $" ({p.Hint})")}")];
}
