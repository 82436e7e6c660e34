using System.Text;
using Logist.Agents;
using Logist.Agents.Streams;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Views;

/// <summary>
/// What an attempt printed, for people: of an agent that prints events what they say, of everything else the bytes as they are.
/// </summary>
internal static class ReadableLog
{
    /// <param name="name">The agent that printed it; null: a command.</param>
    /// <param name="configured">Agents of the configuration: read only where the workflow declares none of that name.</param>
    /// <returns>What makes a reader of its events; null: it printed plain text.</returns>
    public static Func<IEventParser>? Parser(RunState run, string? name, Func<IReadOnlyDictionary<string, AgentDefinition>> configured)
    {
        if (name is null)
        {
            return null;
        }

        try
        {
            var declared = run.Workflow.Agents;
            var agent = new AgentCatalogue([]).Resolve(name, declared.ContainsKey(name) ? declared : configured()).Agent;
            return agent.NewParser() is null ? null : () => agent.NewParser()!;
        }
        catch (LogistException)
        {
            // An agent that is gone from the configuration, or a configuration that is broken: what it printed is still there.
            return null;
        }
    }

    /// <param name="stream">out, err, or null for both.</param>
    public static ReadOnlyMemory<byte> Read(string directory, Func<IEventParser>? parser, string? stream = null)
    {
        var text = new MemoryStream();
        foreach (var log in AttemptLog.Of(directory))
        {
            if (parser is not null)
            {
                foreach (var line in EventLines.Read(log.Path, parser(), output: stream != "err", errors: stream != "out"))
                {
                    text.Write(Encoding.UTF8.GetBytes(line));
                    text.WriteByte((byte)'\n');
                }
            }
            else
            {
                text.Write(stream is null ? log.ReadAll() : log.Read(errors: stream == "err"));
            }
        }

        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }

    /// <summary>The last lines; of plain text as far as they are among the last 64 KiB.</summary>
    public static ReadOnlyMemory<byte> ReadTail(string directory, Func<IEventParser>? parser, int lines) =>
        AttemptLog.Tail(parser is null ? AttemptLog.Of(directory).Last().ReadEnd() : Read(directory, parser), lines);
}
