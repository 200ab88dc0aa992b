// SPDX-License-Identifier: MIT
#pragma once

#include "app/benchdialects.h"
#include "bench/plan.h"

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace Tidegate {

//! `bench ...`: the load tool on the command line.
class BenchCommands
{
public:
    //! Adds the commands below \p bench, which must outlive this object.
    void addTo(CLI::App &bench);
    bool has(const CLI::App *command) const { return m_scenarios.contains(command); }
    //! Blocks until the run is over. The report goes to standard output, progress to a terminal's standard error.
    //! \return exit code; ExitFailed if anything was lost, refused or cut off
    int run(const CLI::App *command);

private:
    enum class Scenario : quint8 { Fanout, Slow, Ack, Connect, Replay };

    CLI::App *addScenario(CLI::App &bench, Scenario scenario, const char *name, const char *description);
    void addTarget(CLI::App &command);
    void addSubscribers(CLI::App &command);
    void addPublishing(CLI::App &command);
    void addTiming(CLI::App &command);
    bool readDurations();
    BenchSpeech speech() const;
    int measure(Scenario scenario, const QString &url, const BenchSpeech &speech);

    std::map<const CLI::App *, Scenario> m_scenarios;
    Bench::Plan m_plan;
    int m_stopped = 1;
    std::string m_url;
    std::vector<std::string> m_others;
    std::string m_dialect = "ssma";
    std::string m_transport = "ws";
    std::string m_place;
    std::string m_function = "set";
    std::string m_site = "bench";
    std::string m_token;
    std::string m_caFile;
    bool m_isInsecure = false;
    std::string m_warmup = "1s";
    std::string m_duration = "10s";
    std::string m_hold = "5s";
    std::vector<std::string> m_serveFlags;
    bool m_isJson = false;
};

} // namespace Tidegate
