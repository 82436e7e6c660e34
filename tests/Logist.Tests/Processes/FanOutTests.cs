using System.Diagnostics;

namespace Logist.Tests.Processes;

public sealed class FanOutTests
{
    private const int Steps = 1_000;

    [Fact]
    public void Each_of_a_thousand_steps_is_launched_exactly_once_though_its_owner_is_killed_again_and_again()
    {
        using var job = new HostedJob();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var kills = 0;
        for (var round = 0; ; round++)
        {
            round.ShouldBeLessThan(200, $"seed {seed}");
            using var owner = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
            {
                Environment = { [OwnerProgram.Variable] = $"{job.Job.Directory}|{job.Name}|{Steps}" },
            })!;

            // Early kills hit the start of the host, later ones the middle of the work; pauses let the host end in between.
            if (round < 15 && !owner.WaitForExit(random.Next(20, 250)))
            {
                owner.Kill();
                kills++;
            }

            owner.WaitForExit();
            if (owner.ExitCode == 0)
            {
                break;
            }

            if (random.Next(3) == 0)
            {
                Thread.Sleep(random.Next(50));
            }
        }

        kills.ShouldBeGreaterThan(0);
        var launches = File.ReadAllLines(Path.Combine(job.Job.Directory, "launches"));
        launches.GroupBy(line => line).Where(group => group.Count() != 1).Select(group => group.Key).ShouldBeEmpty($"seed {seed}");
        launches.Length.ShouldBe(Steps, $"seed {seed}");
    }
}
