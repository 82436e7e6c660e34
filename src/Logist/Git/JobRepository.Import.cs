using System.Text;
using Logist.Core;
using Logist.Files;

namespace Logist.Git;

public sealed partial class JobRepository
{
    private const int RefFileMax = 4096, PackedRefsMax = 16 << 20;

    /// <summary>
    /// Takes over what an agent committed in its working tree, checked object by object. Null when it committed nothing.
    /// </summary>
    /// <param name="tree">The agent's working tree; its repository is only read, and only as data.</param>
    /// <param name="input">The commit the attempt started from.</param>
    /// <param name="warning">Set when commits exist and cannot be taken over; the files are not affected.</param>
    /// <returns>The agent's HEAD, now durable in repo.git.</returns>
    internal string? ImportAgentCommits(WorkingTree tree, string input, out string? warning)
    {
        warning = null;
        var head = AgentHead(tree.Directory);
        if (head is null || head == input)
        {
            return null;
        }

        try
        {
            Import(Path.Combine(tree.Directory, ".git", "objects"), head, input);
            return head;
        }
        catch (LogistException e) when (e.Problem.Kind == ErrorKind.Git)
        {
            warning = $"the agent's commits could not be taken over: {e.Problem.Why ?? e.Problem.What}";
            return null;
        }
    }

    private void Import(string agentObjects, string head, string input)
    {
        if (Posix.StatusOfPath(agentObjects).Kind != FileKind.Directory)
        {
            throw new LogistException(ErrorKind.Git, "the agent's repository has no objects");
        }

        // Never git in the agent's repository: its objects are read as an alternate of ours, under our configuration.
        var pack = Require(
            Run(["pack-objects", "-q", "--revs", "--stdout"], Encoding.ASCII.GetBytes($"{head}\n^{input}\n"),
                [$"GIT_ALTERNATE_OBJECT_DIRECTORIES={Quarantine.QuoteAlternate(agentObjects)}"]),
            "read the agent's commits");
        using var quarantine = NewQuarantine();
        Require(Run(["-c", "transfer.fsckObjects=true", "unpack-objects", "-q", "--strict"], pack.Output, quarantine.Environment),
            "check the agent's commits");
        Require(Run(["cat-file", "-e", $"{head}^{{commit}}"], default, quarantine.Environment), "find the agent's commits");
        quarantine.Publish();
    }

    private string? AgentHead(string tree)
    {
        var head = RefText(tree, ".git/HEAD");
        if (head is null || !head.StartsWith("ref: refs/", StringComparison.Ordinal))
        {
            return Format.IsId(head) ? head : null;
        }

        var name = head[5..];
        var loose = RefText(tree, $".git/{name}");
        return Format.IsId(loose) ? loose : PackedRef(tree, name);
    }

    private static string? RefText(string tree, string file) =>
        SafeFile.ReadBounded(tree, file, RefFileMax) is SafeRead.Content content ? Encoding.UTF8.GetString(content.Bytes).TrimEnd() : null;

    private string? PackedRef(string tree, string name)
    {
        var packed = SafeFile.ReadBounded(tree, ".git/packed-refs", PackedRefsMax) as SafeRead.Content;
        foreach (var line in Encoding.UTF8.GetString(packed?.Bytes ?? []).Split('\n'))
        {
            if (line.Length == Format.HexLength + 1 + name.Length && line.EndsWith($" {name}", StringComparison.Ordinal)
                && Format.IsId(line[..Format.HexLength]))
            {
                return line[..Format.HexLength];
            }
        }

        return null;
    }
}
