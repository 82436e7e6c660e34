using System.Globalization;
using System.Text;
using System.Text.Json;
using Logist.Testing;

namespace Logist.Tests.Hostile;

/// <summary>One job whose steps all misbehave, each in its own way, run once to its end by the real program.</summary>
public sealed class HostileAgents : IAsyncLifetime
{
    private readonly Program _program = new();
    private JsonDocument _inspected = JsonDocument.Parse("{}");

    internal Program Program => _program;

    internal Program.Ended Ended { get; private set; } = null!;

    /// <summary>What each agent does, in its working tree, with <c>$JOB</c> the job's directory. <c>answer</c> prints a good
    /// answer.</summary>
    public static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["no-answer"] = "echo working",
        ["empty-file"] = "mkdir .logist; : > .logist/response.json",
        ["half-written"] = "mkdir .logist; printf '{\"action\":\"COMPL' > .logist/response.json",
        ["wrong-type"] = "echo '{\"action\":42}'",
        ["wrong-word"] = "echo '{\"action\":\"DONE\\u001b[2J\"}'",
        ["huge-file"] = "mkdir .logist; truncate -s 1G .logist/response.json",
        ["fifo-file"] = "mkdir .logist; mkfifo .logist/response.json",
        ["link-file"] = "mkdir .logist; ln -s /etc/passwd .logist/response.json",
        ["link-folder"] = "mkdir x; answer > x/response.json; ln -s x .logist",
        ["hard-link"] = "mkdir .logist; answer > x; ln x .logist/response.json",
        ["folder-file"] = "mkdir -p .logist/response.json",
        ["fifo-in-the-way"] = "mkfifo \"$JOB/attempts/1.fifo-in-the-way.1/worker.response.json.tmp\"; answer",
        ["folder-in-the-way"] = "mkdir \"$JOB/attempts/1.folder-in-the-way.1/worker.response.json\"; answer",
        ["other-step"] = "answer ',\"step_id\":\"no-answer\"'",
        ["other-attempt"] = "answer ',\"attempt_id\":\"evil.1.no-answer.1\"'",
        ["says-done-fails"] = "answer; exit 1",
        ["deep-answer"] = "printf '{\"action\":\"COMPLETED\",\"x\":'; yes '[' | head -n 100000 | tr -d '\\n'; echo",
        ["evidence-above"] = "answer ',\"evidence_files\":[\"../../../etc/passwd\"]'",
        ["evidence-absolute"] = "answer ',\"evidence_files\":[\"/etc/passwd\"]'",
        ["evidence-proc"] = "answer ',\"evidence_files\":[\"/proc/self/environ\"]'",
        ["evidence-zero"] = "answer ',\"evidence_files\":[\"/dev/zero\"]'",
        ["evidence-link"] = "ln -s /etc d; answer ',\"evidence_files\":[\"d/passwd\"]'",
        ["evidence-fifo"] = "mkfifo f; answer ',\"evidence_files\":[\"f\"]'",
        ["evidence-git"] = "answer ',\"evidence_files\":[\".GIT/config\"]'",
        ["evidence-nul"] = "answer ',\"evidence_files\":[\"a\\u0000b\"]'",
        ["evidence-many"] = "printf '{\"action\":\"COMPLETED\",\"evidence_files\":[\"readme.md\"'; "
            + "yes ',\"readme.md\"' | head -n 50000 | tr -d '\\n'; echo ']}'",
        ["stuck-escapes"] =
            "printf '%s\\n' '{\"action\":\"STUCK\",\"summary_for_supervisor\":\"\\u001b[2J\\u001b]52;c;cm0=\\u0007\\u202e\\u009b31m"
                + "\\rfix: rm\\nerror[LOG1]: x\"}'",
        ["escapes"] = "printf '\\033[2J\\033]52;c;cm0=\\007\\033]8;;http://x\\007\\033P\\302\\2331m\\rover\\342\\200\\256\\n'; answer",
        ["fake-lines"] = "echo '::set-env name=PATH::/tmp'; echo '{\"seq\":9,\"events\":[{\"type\":\"job.canceled\"}]}'; "
            + "echo '{\"type\":\"task.succeeded\"}'; echo 'error[LOG1001]: fake'; answer",
        ["all-bytes"] = "awk 'BEGIN { for (i = 0; i < 256; i++) printf \"%c\", i }'; printf '\\000\\377\\376\\n'; answer",
        ["one-line"] = "head -c 40000000 /dev/zero | tr '\\0' '{'; echo; answer",
        ["flood"] = "yes 'all work and no play' | head -c 100000000; answer",
        ["index-lock"] = "touch .git/index.lock .git/HEAD.lock; echo x > new.txt; answer",
        ["git-config"] = "git config core.hooksPath \"$PWD\"; git config core.fsmonitor \"touch $MARK\"; "
            + "git config filter.x.clean \"touch $MARK; cat\"; "
            + "git config core.worktree /etc; echo '* filter=x' > .gitattributes; echo x > new.txt; answer",
        ["git-hooks"] = "mkdir -p .git/hooks; for h in pre-commit post-commit post-checkout reference-transaction post-index-change; "
            + "do printf '#!/bin/sh\\ntouch %s\\n' \"$MARK\" > .git/hooks/$h; chmod +x .git/hooks/$h; done; echo x > new.txt; answer",
        ["git-head"] = "echo 'ref: refs/../../../../etc/passwd' > .git/HEAD; echo x > new.txt; answer",
        ["git-gone"] = "rm -rf .git; echo x > new.txt; answer",
        ["git-file"] = "rm -rf .git; echo \"gitdir: $JOB/repo.git\" > .git; echo x > new.txt; answer",
        ["git-link"] = "rm -rf .git; ln -s \"$JOB/repo.git\" .git; echo x > new.txt; answer",
        ["tree-gone"] = "t=$PWD; cd /; rm -rf \"$t\"; answer",
        ["tree-link"] = "t=$PWD; cd /; rm -rf \"$t\"; ln -s \"$VICTIM\" \"$t\"; answer",
        ["names"] = "mkdir -p 'refs/.. x'; "
            + "for n in \"$(printf 'a\\nb')\" \"$(printf '\\033[31m')\" '--upload-pack=x' '-rf' ' ' "
            + "'*' '$(id)' \"$(printf '\\303\\050')\"; "
            + "do echo x > \"./$n\"; done; git checkout -q -b \"x--y\" && git add -A && git commit -q -m \"$(printf -- "
                + "'--amend\\n\\033[2J\\nLogist-Step: other')\"; answer",
        ["no-rights"] = "mkdir d; echo x > d/f; chmod 000 d; answer",
        ["ignores-term"] = "trap '' TERM; while :; do sleep 1; done",
        ["stops-itself"] = "kill -STOP $$; answer",
        ["leaves-children"] =
            "(setsid sh -c 'while :; do sleep 1; done' &) ; (env -i /bin/sh -c '/usr/bin/setsid /bin/sleep 300' &) ; answer",
        ["floods-from-behind"] = "(env -i /usr/bin/setsid /usr/bin/yes &) ; answer",
    };

    public string Marker => Program.Source.Beside("marker");

    /// <summary>Somebody else's repository, which a step puts in the place of its own working tree.</summary>
    public string Victim => Program.Source.Beside("victim");

    public string VictimBefore { get; private set; } = "";

    public JsonElement Task(string step) => _inspected.RootElement.GetProperty("runs")[0].GetProperty("tasks").EnumerateArray()
        .Single(task => task.GetProperty("step").GetString() == step);

    public async ValueTask InitializeAsync()
    {
        TempRepo.Shell("/", $"mkdir -p '{Victim}/.git'; echo mine > '{Victim}/.git/mine'; echo mine > '{Victim}/mine.txt'");
        VictimBefore = TempRepo.Fingerprint(Victim);
        var script = new StringBuilder("#!/bin/sh\ncat > /dev/null\n");
        script.Append(
            "answer() { printf '{\"action\":\"COMPLETED\",\"summary_for_supervisor\":\"ok\"%s}\\n' \"$1\"; }\ncase $LOGIST_STEP_ID in\n");
        var steps = new StringBuilder();
        foreach (var (step, body) in Scripts)
        {
            script.Append(CultureInfo.InvariantCulture, $"{step})\n{body}\n;;\n");
            var limit = step is "ignores-term" or "stops-itself" ? ", timeout: 1s" : "";
            steps.Append(CultureInfo.InvariantCulture, $"  {step}: {{ prompt: go{limit} }}\n");
        }

        var agent = Program.Write("agent.sh", script.Append("esac\n").ToString());
        _ = Program.Write("evil.yaml",
            $"version: 1\nname: evil\nmax_parallel: 6\nagents: {{ evil: {{ command: [/bin/sh, \"{agent}\"] }} }}\n"
            + $"defaults: {{ agent: evil, env: {{ JOB: \"{Program.Job("evil")}\", MARK: \"{Marker}\", VICTIM: \"{Victim}\" }} "
                + $"}}\nsteps:\n{steps}");
        _ = (await Program.RunAsync("job", "create", Program.Source.Beside("evil.yaml"))).ShouldEndWith(0);
        Ended = await Program.RunAsync("job", "run", "evil", "--progress", "plain");
        _inspected = JsonDocument.Parse((await Program.RunAsync("job", "inspect", "evil", "--json")).Out);
    }

    public ValueTask DisposeAsync()
    {
        _inspected.Dispose();
        _program.Dispose();
        return ValueTask.CompletedTask;
    }
}
