using Logist.Core;
using Logist.StepHost;

namespace Logist.Processes;

/// <summary>How environments travel: what starts have in common once per connection, what is each one's own with its start.</summary>
internal sealed partial class StepHostClient
{
    // More distinct sets than a job has kinds of steps; beyond that the oldest is sent again when it is needed.
    internal const int SetLimit = 64;

    private readonly List<string[]> _sets = [];
    private int _nextSet;

    private static string Whole(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new LogistException(ErrorKind.Usage, "a command, path or variable has a NUL in it", $"\"{text.Replace('\0', '?')}\"")
        : text;

    private void Texts(IReadOnlyList<string> texts)
    {
        _out.Int(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            _out.Text(Whole(texts[i]));
        }
    }

    private int ShareEnvironment(StartRequest request, out List<string> own)
    {
        own = [];
        var shared = new List<string>(request.Environment.Count);
        var marked = false;
        for (var i = 0; i < request.Environment.Count; i++)
        {
            // Ids and keys differ from step to step, and nothing else does as a rule.
            var line = request.Environment[i];
            var isOwn = line.StartsWith("LOGIST_", StringComparison.Ordinal);
            marked |= isOwn && line.StartsWith(Protocol.AttemptMarker + "=", StringComparison.Ordinal);
            (isOwn ? own : shared).Add(line);
        }

        if (!marked)
        {
            own.Add($"{Protocol.AttemptMarker}={request.AttemptId}");
        }

        for (var i = _sets.Count - 1; i >= 0; i--)
        {
            if (_sets[i].AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shared)))
            {
                return i;
            }
        }

        var id = _nextSet++ % SetLimit;
        if (id < _sets.Count)
        {
            _sets[id] = [.. shared];
        }
        else
        {
            _sets.Add([.. shared]);
        }

        _out.Begin(FrameType.Environment).Int(id);
        Texts(shared);
        _out.End();
        return id;
    }
}
