namespace Logist.Cli.Demo;

/// <summary>The Runs Center on the tour's jobs, and on one more that failed for a reason that is gone by the time somebody looks.</summary>
internal sealed class DemoServe(DemoStage stage)
{
    private const string Workflow = """
        version: 1
        name: nightly
        steps:
          build:       { run: "sleep 0.3; echo built > app.txt" }
          test-linux:
            needs: [build]
            run: "case $LOGIST_ATTEMPT_ID in *.1) echo 'no space left on the runner' >&2; exit 1;; esac; sh -n test.sh"
          test-mac:    { needs: [build], run: "sh -n test.sh; echo fine" }
          package:     { needs: [test-linux, test-mac], run: "cat app.txt > package.txt", approval: { message: "Publish the package?" } }

        """;

    /// <summary>Until Ctrl-C.</summary>
    public async Task ServeAsync()
    {
        stage.Say();
        stage.Say(stage.Style.Bold("5  Your turn"));
        stage.Say("A runner's disk was full. It has room again: run the failed step again in the Runs Center, then decide at the gate.");
        stage.Write("nightly.yaml", Workflow);
        await stage.LogistAsync(ExitCode.Ok, "job", "create", "nightly.yaml");
        await stage.LogistAsync(ExitCode.WaitingForPerson, "job", "run");
        try
        {
            await stage.LogistAsync(ExitCode.Ok, "serve", "--port", "0", "--open");
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }
    }
}
