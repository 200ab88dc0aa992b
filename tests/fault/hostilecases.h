// SPDX-License-Identifier: MIT
#pragma once

#include "fault/bystander.h"
#include "support/httpclient.h"
#include "transport/rawpeer.h"

#include <functional>
#include <vector>

namespace Tidegate {

//! The gateway under attack with its figures. Limits are shortened so that a run takes seconds; limitFlags() has them.
class Scene
{
public:
    static QStringList limitFlags();

    //! False when it could not be started.
    bool start();
    quint16 port() const { return bystander.gateway.port(); }
    //! A figure of /optimistic/metrics by its path.
    qint64 metric(const QByteArray &path);
    bool waitForMetric(const QByteArray &path, qint64 above);

    Bystander bystander;

private:
    HttpClient m_http;
};

//! A peer that means harm.
struct HostileCase
{
    const char *name;
    //! The setting or bound that ends it, for README.md and whoever reads a failure.
    const char *limit;
    //! What moves in /optimistic/metrics.
    const char *counter;
    //! Runs the attack. Empty when the gateway's answer was the one that is due, else what came instead.
    std::function<QByteArray(Scene &)> attack;
};

std::vector<HostileCase> hostileHttpPeers();
std::vector<HostileCase> hostileWebSocketPeers();
std::vector<HostileCase> hostileSubscribers();

// What attacks are made of. Complaints are empty when the fact holds.

//! Sends \p bytes again and again with a short pause between, until the peer has closed or \p isOver.
void dribble(RawPeer &peer, const QByteArray &bytes, const std::function<bool()> &isOver = {});
QByteArray complainUnlessStatus(RawPeer &peer, int status);
QByteArray complainUnlessClosedWith(RawPeer &peer, int code);
//! A link that has been sent hello and replay; of a site of its own, so that limits per site are its own too.
bool openLink(RawPeer &peer, Scene &scene, const QByteArray &site, const QByteArray &extraHeaders = {});
QByteArray get(const QByteArray &target);

} // namespace Tidegate
