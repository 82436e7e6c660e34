using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

public sealed class SourceUntouchedTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task The_users_repository_is_untouched_bit_for_bit_by_a_chain_with_review_and_cancel()
    {
        _place.Repository();
        var work = _place.Work;

        // Everything a checkout can hold: a second branch, a tag, a stash, staged, changed, untracked and ignored files.
        TempRepo.Shell(work, """
            export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
            git config user.name Ann; git config user.email ann@example.com
            git branch other; git tag v1
            echo stashed >> readme.md; git stash -q
            echo '*.log' > .gitignore; echo one > staged.txt; git add .gitignore staged.txt
            echo changed >> readme.md; echo two > untracked.txt; echo three > ignored.log; mkdir -p deep/er; ln -s ../readme.md deep/link
            """);
        var before = TempRepo.Fingerprint(work, withTimes: true);
        await _place.CreateAsync($$"""
            agents:
              demo:
                provider: scripted
                script: |
                  when role=supervisor round=1:
                    answer RETRY not yet
                  when role=supervisor:
                    answer COMPLETED fine
                  when step=two:
                    write made.txt attempt {attempt}
                    run git commit -q --allow-empty -m mine; git checkout -q -b agents-branch; git config user.name Mallory; git tag v1 -f; git stash
                    answer COMPLETED done
            steps:
              one: { run: "echo 1 > one.txt; git config --local core.bare false; git branch other2" }
              two: { needs: [one], prompt: "do it", agent: demo, review: { agent: demo } }
              three: { needs: [two], run: "{{_place.Launch}}; sleep {{_place.Token}}" }
            """);
        var run = _place.StartRun();
        await run.UntilAsync(() => LiveProcesses.With($"sleep\0{_place.Token}").Count > 0, "step three runs");

        (await _place.RunAsync("job", "cancel", _place.Job)).ShouldExit(0);

        (await run.EndAsync()).ShouldExit(1);
        foreach (var command in new[] { "status", "history", "logs", "inspect", "diff", "preview" })
        {
            (await _place.RunAsync("job", command, _place.Job)).ShouldHaveNoStackTrace();
        }

        TempRepo.Fingerprint(work, withTimes: true).ShouldBe(before);
        _place.Count("task.review_finished").ShouldBe(2);
    }
}
