using System.Diagnostics;

namespace Logist.Agents.Scripts;

/// <summary>Plays a script in the current directory. Everything it does is real: files, output, children, signals.</summary>
internal sealed class ScriptPlayer(Script script, ScriptContext context, string? promptFile)
{
    /// <summary>Exit code when an action itself could not be done.</summary>
    public const int ActionFailed = 96;

    private const int DefaultWait = 30_000;

    // Names in the environment win over these.
    private const string Commit =
        "git add -A && git -c user.name=Scripted -c user.email=scripted@localhost commit -q --allow-empty -m \"$1\"";

    private readonly List<string> _evidence = [];
    private readonly List<string> _written = [];
    private readonly decimal?[] _spent = new decimal?[ScriptAnswer.UsageNames.Length];
    private string? _feedback;
    private bool _answered;

    public int Play()
    {
        var section = script.Choose(context);
        if (script.Common.Count == 0 && section is null && context.IsWorker)
        {
            Write($"{context.Step}.md", $"# {context.Step}\n", append: false);
        }

        if ((Play(script.Common) ?? (section is null ? null : Play(section.Actions))) is { } exit)
        {
            return exit;
        }

        if (!_answered)
        {
            Answer(AnswerAction.Completed, context.IsWorker ? $"{context.Step} is done" : "Looks good", toFile: false);
        }

        return 0;
    }

    private int? Play(IReadOnlyList<ScriptAction> actions)
    {
        foreach (var action in actions)
        {
            try
            {
                if (Do(action) is { } exit)
                {
                    return exit;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Fail(action, e.Message);
            }
        }

        return null;
    }

    // Not null: the script ends here with this exit code.
    private int? Do(ScriptAction action)
    {
        var words = action.Words;
        var text = action.Text is null ? "" : context.Fill(action.Text);
        switch (action.Verb)
        {
            case "print" or "print-error":
                ScriptSystem.Print(ScriptSystem.Utf8(text), action.Verb == "print-error");
                return null;
            case "flood" or "flood-line" or "garbage":
                Flood(action.Verb, ScriptGrammar.TrySize(words[0], out var size) ? size : 0);
                return null;
            case "sleep":
                ScriptSystem.Sleep(ScriptGrammar.TryDuration(words[0], out var pause) ? pause : 0);
                return null;
            case "wait-for":
                return WaitFor(action);
            case "hang":
                ScriptSystem.Sleep(-1);
                return null;
            case "spend":
                Spend(words);
                return null;
            case "evidence":
                foreach (var word in words)
                {
                    _evidence.Add(context.Fill(word));
                }

                return null;
            case "feedback":
                _feedback = text;
                return null;
            case "answer" or "answer-file":
                _ = ScriptGrammar.TryAction(words[0], out var answer);
                Answer(answer, text, action.Verb == "answer-file");
                return null;
            case "no-answer" or "bad-json":
                _answered = true;
                ScriptSystem.Print(action.Verb == "bad-json" ? "{\"action\": \"COMPLETED\", \"evidence_files\": [\"\n"u8 : ""u8);
                return null;
            case "ignore":
                foreach (var word in words)
                {
                    ScriptSystem.Ignore(ScriptGrammar.TrySignal(word, out var number) ? number : 0);
                }

                return null;
            case "crash":
                ScriptSystem.Raise(ScriptGrammar.TrySignal(words[0], out var signal) ? signal : 0);
                return null;
            case "exit":
                return int.Parse(words[0]);
            case "run" or "commit":
                return Run(action, text);
            case "spawn" or "spawn-detached":
                return ScriptSystem.Start(text, action.Verb == "spawn-detached") == 0 ? Fail(action, "could not start a shell") : null;
            default:
                return Change(action, text);
        }
    }

    private int? Change(ScriptAction action, string text)
    {
        var first = context.Fill(action.Words[0]);
        var second = action.Words.Count > 1 ? context.Fill(action.Words[1]) : "";
        switch (action.Verb)
        {
            case "write" or "append":
                Write(first, text, action.Verb == "append");
                break;
            case "fill":
                ScriptFiles.Fill(first, ScriptGrammar.TrySize(second, out var size) ? size : 0);
                Written(first);
                break;
            case "delete":
                ScriptFiles.Delete(first);
                break;
            case "copy":
                ScriptFiles.MakeParent(second);
                File.Copy(first, second, overwrite: true);
                Written(second);
                break;
            case "mkdir":
                _ = Directory.CreateDirectory(first);
                break;
            case "symlink":
                ScriptFiles.MakeParent(second);
                _ = File.CreateSymbolicLink(second, first);
                break;
            case "chmod":
                _ = ScriptGrammar.TryMode(first, out var mode);
                return ScriptSystem.ChangeMode(second, mode) ? null : Fail(action, $"could not change the mode of {second}");
            case "save-prompt" when promptFile is null:
                return Fail(action, "there is no prompt file");
            case "save-prompt":
                ScriptFiles.MakeParent(first);
                File.Copy(promptFile, first, overwrite: true);
                Written(first);
                break;
        }

        return null;
    }

    private void Write(string path, string text, bool append)
    {
        ScriptFiles.MakeParent(path);
        using (var file = new FileStream(path, append ? FileMode.Append : FileMode.Create))
        {
            file.Write(ScriptSystem.Utf8(text));
        }

        Written(path);
    }

    private void Written(string path)
    {
        if (path == AgentFiles.Response)
        {
            _answered = true;
        }
        else if (!_written.Contains(path))
        {
            _written.Add(path);
        }
    }

    private int? WaitFor(ScriptAction action)
    {
        var path = context.Fill(action.Words[0]);
        var limit = action.Words.Count > 1 && ScriptGrammar.TryDuration(action.Words[1], out var given) ? given : DefaultWait;
        var start = Stopwatch.GetTimestamp();
        while (!Path.Exists(path))
        {
            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds > limit)
            {
                return Fail(action, $"{path} did not appear within {limit} ms");
            }

            ScriptSystem.Sleep(10);
        }

        return null;
    }

    private void Spend(IReadOnlyList<string> pairs)
    {
        foreach (var pair in pairs)
        {
            _ = ScriptGrammar.TrySpend(pair, out var name, out var value);
            var index = name switch { "in" => 0, "cached" => 1, "out" => 2, _ => 3 };
            _spent[index] = (_spent[index] ?? 0) + value;
        }
    }

    private static int? Run(ScriptAction action, string text)
    {
        var pid = action.Verb == "run"
            ? ScriptSystem.Start(text, ownSession: false)
            : ScriptSystem.Start(Commit, ownSession: false, text);
        if (pid == 0)
        {
            return Fail(action, "could not start a shell");
        }

        var exit = ScriptSystem.Wait(pid);
        return exit == 0 ? null : exit;
    }

    private static void Flood(string kind, long size)
    {
        var block = new byte[1 << 16];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] = kind switch
            {
                "garbage" => (byte)(i ^ (i >> 8)),
                "flood" when i % 64 == 63 => (byte)'\n',
                _ => (byte)('a' + (i % 26)),
            };
        }

        for (var left = size; left > 0; left -= block.Length)
        {
            ScriptSystem.Print(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        }
    }

    private void Answer(AnswerAction action, string summary, bool toFile)
    {
        _answered = true;
        var evidence = _evidence.Count > 0 ? _evidence : _written.FindAll(File.Exists);
        var answer = ScriptAnswer.Json(action, evidence, summary, _feedback, _spent);
        if (toFile)
        {
            ScriptFiles.MakeParent(AgentFiles.Response);
            File.WriteAllBytes(AgentFiles.Response, answer);
        }
        else
        {
            ScriptSystem.Print(answer);
        }
    }

    private static int Fail(ScriptAction action, string message)
    {
        ScriptSystem.Print(ScriptSystem.Utf8($"scripted agent: line {action.Line} ({action.Verb}): {message}\n"), error: true);
        return ActionFailed;
    }
}
