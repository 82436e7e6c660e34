namespace Logist.Tests.Cli;

public sealed class AgentPreviewTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    private async Task<string> PreviewAsync(string workflow, params string[] more)
    {
        var file = Path.Combine(_run.Root, "w.yaml");
        await File.WriteAllTextAsync(file, workflow, TestContext.Current.CancellationToken);
        (await _run.RunAsync(["job", "create", file, .. more])).ShouldBe(0, _run.Err);
        (await _run.RunAsync("job", "preview")).ShouldBe(0, _run.Err);
        return _run.Out;
    }

    [Fact]
    public async Task A_preview_shows_how_an_agent_is_called_and_what_it_costs()
    {
        var shown = await PreviewAsync("""
            name: w
            agents:
              boss:
                { provider: claude, model: claude-opus-4-5, args: [--effort, "very high"], command: [/opt/claude/bin/claude],
                  env: [NO_SUCH_KEY] }
            budget: { max_cost_usd: 5 }
            steps:
              a: { prompt: "Fix it.", agent: boss, fallback: [codex, gemini], budget: { max_tokens: 9000 } }
            """);
        shown.ShouldContain("agent:       boss (claude-opus-4-5)\n");
        shown.ShouldContain("driven as:   claude, program /opt/claude/bin/claude, arguments --effort 'very high'\n");
        shown.ShouldContain("fallback:    codex, gemini\n");
        shown.ShouldContain("price:       $5 in, $0.5 cached, $25 out for a million tokens\n");
        shown.ShouldContain("budget:      9000 tokens for the step, $5.00 for the run\n");
        shown.ShouldContain("not set:     NO_SUCH_KEY\n");
        shown.ShouldContain("  Fix it.\n");
        (await _run.RunAsync("job", "preview", "--json")).ShouldBe(0, _run.Err);
        var json = _run.Json(_run.Out);
        json.GetProperty("provider").GetString().ShouldBe("claude");
        json.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()).ShouldBe(["--effort", "very high"]);
        json.GetProperty("price").GetProperty("output_usd").GetDecimal().ShouldBe(25);
        json.GetProperty("session").GetString().ShouldBeNull();
    }

    [Fact]
    public async Task An_agent_that_is_just_named_takes_no_more_lines_than_it_needs()
    {
        var shown = await PreviewAsync("name: w\nsteps: { a: { prompt: x, agent: codex } }\n");
        shown.ShouldContain("agent:       codex\n");
        foreach (var absent in (string[])["driven as:", "fallback:", "session:", "price:", "budget:", "problem:"])
        {
            shown.ShouldNotContain(absent);
        }
    }

    [Fact]
    public async Task The_repositorys_words_for_a_role_are_part_of_every_job_made_in_it()
    {
        var (code, output, error) = await Shell.RunAsync("""
            set -e
            cd "$ROOT"; git init -q -b main app; cd app
            git -c user.name=Ann -c user.email=ann@example.com commit -q --allow-empty -m one
            mkdir -p .logist/prompts; echo "Speak German." >.logist/prompts/worker.md
            printf 'name: own\ninstructions: { worker: Speak Greek. }\nsteps: { a: { prompt: x, agent: codex } }\n' >own.yaml
            printf 'name: none\nsteps: { a: { prompt: x, agent: codex } }\n' >none.yaml
            for what in own.yaml none.yaml "--prompt x --agent codex"; do
              "$APP" job create $what >/dev/null 2>&1; "$APP" job preview | grep Speak
            done
            echo "Speak no more." >.logist/prompts/worker.md; "$APP" job preview | grep Speak
            """, ("ROOT", _run.Root), ("LOGIST_HOME", Path.Combine(_run.Root, "home")),
            ("APP", Path.Combine(AppContext.BaseDirectory, "Logist.Cli")));
        code.ShouldBe(0, error);
        output.ShouldBe("  Speak Greek.\n  Speak German.\n  Speak German.\n  Speak German.\n");
    }
}
