using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Logist.FakeModel;

/// <summary>The model's part: a pure function of the request, so that any number of agents can ask at once.</summary>
internal static partial class Script
{
    /// <summary>In every last message of ours: a conversation that holds one was resumed.</summary>
    public const string Signature = "(fake model)";

    private const string Content = "hello from the fake model\n";

    // In order of preference; the agents' own names.
    private static readonly string[] WriteTools =
        ["write_file", "write_to_file", "write", "create_file", "editor", "str_replace_based_edit_tool", "apply_patch"];

    private static readonly string[] ShellTools =
    [
        "exec_command", "shell_command", "shell", "local_shell", "bash", "run_shell_command", "run_commands", "execute_command",
        "run_command", "terminal",
    ];

    public static Reply Plan(Conversation asked, string play)
    {
        var supervisor = IsSupervisor(asked);
        if (asked.Tools.Count == 0 && !(Asks(asked) && asked.AnswerSchema is null))
        {
            return new Reply.Text(ToolArguments.Instance(asked.AnswerSchema)?.ToJsonString() ?? "Fake title", FakeUsage.Side);
        }

        return supervisor ? Answer(Judge(asked, play), play)
            : asked.Last == Author.Tool || play == "notool" || (asked.Resent > 0 && Round(asked.Prompt) == 1)
                ? Answer(Report(asked, play), play)
            : Act(asked, play);
    }

    /// <summary>Whether the prompt is Logist's to a supervisor; "worker" and "other" are the other roles.</summary>
    public static string Role(Conversation asked) => IsSupervisor(asked) ? "supervisor" : IsWorker(asked) ? "worker" : "other";

    private static bool IsSupervisor(Conversation asked) =>
        LastPrompt(asked).Contains("You are the supervisor for step", StringComparison.Ordinal);

    private static bool IsWorker(Conversation asked) => LastPrompt(asked).Contains("You are the worker for step", StringComparison.Ordinal);

    // A prompt that stands at the beginning: in a request for a title it comes after the agent's own words.
    private static bool Asks(Conversation asked) =>
        asked.Messages.FirstOrDefault(message => message.Author == Author.User)?.Text.StartsWith("You are the ", StringComparison.Ordinal)
            == true;

    // A repair turn's prompt does not say again who is asked.
    private static string LastPrompt(Conversation asked) => asked.Messages.LastOrDefault(message =>
        message.Author == Author.User && message.Text.Contains("You are the ", StringComparison.Ordinal))?.Text ?? "";

    private static int Round(string prompt) => ThisRound().Match(prompt) is { Success: true } match
        ? int.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture) : 1;

    private static Reply.Text Answer(string text, string play) => new(text, FakeUsage.Answer, play == "slow");

    private static string Judge(Conversation asked, string play)
    {
        var round = Round(LastPrompt(asked));
        return play switch
        {
            "badjson" => Prose,
            "badjsononce" when asked.Resent == 0 => Prose,
            "blocked" => Json("STUCK", $"A person has to decide {Signature}."),
            "retryalways" => Json("RETRY", $"Not yet, round {round} {Signature}.", $"Finding {round}: one more line is missing."),
            "retry" when round == 1 => Json("RETRY", $"Not yet {Signature}.", "A second file is missing."),
            _ => Json("COMPLETED", $"It does what the task asks for {Signature}."),
        };
    }

    private static string Report(Conversation asked, string play) => play switch
    {
        "badjson" => Prose,
        "badjsononce" when asked.Resent == 0 => Prose,
        "blocked" => Json("STUCK", $"A person has to say which of the two is meant {Signature}."),
        _ when asked.Resent > 0 => Json("COMPLETED", $"Resumed after {asked.Resent} messages {Signature}.", null, FileOf(asked)),
        _ => Json("COMPLETED", $"Wrote {FileOf(asked)} as asked {Signature}.", null, FileOf(asked)),
    };

    private const string Prose = $"All done, I wrote the file. Have a nice day! {Signature}";

    private static Reply Act(Conversation asked, string play)
    {
        var shell = Pick(asked.Tools, ShellTools);
        var write = Pick(asked.Tools, WriteTools);
        var directory = WorkingDirectory.Find(asked.AllText);
        var file = FileOf(asked);

        // Without a directory the shell is safer: it runs where the agent works.
        var tool = play is "shell" or "sleep" || (directory is null && write?.Schema is not null) ? shell ?? write : write ?? shell;
        if (tool is null)
        {
            var known = string.Join(", ", asked.Tools.Select(t => t.Name));
            return Answer(Json("STUCK", $"No known tool among {known} {Signature}."), play);
        }

        var command = play == "sleep" ? "echo $$ > sleep.pid; exec sleep 300"
            : $"mkdir -p \"$(dirname {file})\" && printf 'hello from the fake model\\n' > {file}";
        var patch = $"*** Begin Patch\n*** Add File: {file}\n+{Content.TrimEnd()}\n*** End Patch";
        return tool.Schema is null
            ? new Reply.Call(tool.Name, null, tool.Name == "apply_patch" ? patch : command)
            : new Reply.Call(tool.Name,
                ToolArguments.Fill(tool.Schema, tool == shell ? ForShell(command) : ForWriting(directory, file, patch)), null);
    }

    private static Tool? Pick(IReadOnlyList<Tool> tools, string[] names) =>
        names.Select(name => tools.FirstOrDefault(tool => tool.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(tool => tool is not null);

    private static Dictionary<string, string> ForShell(string command) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["command"] = command, ["cmd"] = command, ["commands"] = command, ["description"] = "run a command",
        ["yield_time_ms"] = "30000", ["requires_approval"] = "", ["is_background"] = "",
    };

    private static Dictionary<string, string> ForWriting(string? directory, string file, string patch)
    {
        var path = directory is null ? file : Path.Combine(directory, file);
        return new(StringComparer.OrdinalIgnoreCase)
        {
            ["file_path"] = path, ["filePath"] = path, ["path"] = path, ["absolutePath"] = path, ["absolute_path"] = path,
            ["filename"] = path,
            ["content"] = Content, ["file_text"] = Content, ["new_text"] = Content, ["text"] = Content,
            ["command"] = "create", ["input"] = patch, ["patch"] = patch,
        };
    }

    /// <summary>The file that the task names, in a later round with the round's number: it can be seen which round wrote what.</summary>
    private static string FileOf(Conversation asked)
    {
        var prompt = LastPrompt(asked) is { Length: > 0 } known ? known : asked.Prompt;
        var task = Task().Match(prompt) is { Success: true } part ? part.Groups["task"].Value : prompt;
        var name = FileName().Match(task) is { Success: true } match ? match.Groups["name"].Value : "hello.txt";
        var round = Round(prompt);
        return round == 1 ? name : Path.ChangeExtension(name, $"{round}{Path.GetExtension(name)}");
    }

    private static string Json(string action, string summary, string? feedback = null, string? evidence = null)
    {
        var answer = new JsonObject
        {
            ["action"] = action, ["evidence_files"] = evidence is null ? [] : new JsonArray(evidence), ["summary_for_supervisor"] = summary,
        };
        if (feedback is not null)
        {
            answer["feedback"] = feedback;
        }

        return answer.ToJsonString();
    }

    [GeneratedRegex(@"this is (round|review) (?<n>\d+) of at most", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex ThisRound();

    [GeneratedRegex(@"## (Task|The worker's task)\n(?<task>.*?)(\n## |\z)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Task();

    [GeneratedRegex(@"\b(create|write|file)\s+[`""']?(?<name>(?!\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*\.[a-z]{2,4})\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex FileName();
}
