// SPDX-License-Identifier: MIT
#include "fault/threenodes.h"

#include "support/waiting.h"

#include <QTest>

namespace Tidegate {

namespace {

//! Term of the newest "this gateway leads" in a node's output; 0 = it does not lead.
qint64 leadingTerm(const QByteArray &output)
{
    const QByteArray leads = "this gateway leads term=";
    const qsizetype at = output.lastIndexOf(leads);
    if (at < 0 || output.lastIndexOf("this gateway leads no more") > at)
        return 0;
    return output.mid(at + leads.size(), 20).split(' ').first().toLongLong();
}

} // namespace

bool ThreeNodes::start()
{
    if (!m_postgres.start() || !m_nats.start() || !m_backend.start())
        return false;
    for (Node &node : m_nodes) {
        node.wire = std::make_unique<TcpProxy>(m_nats.port());
        node.gateway = std::make_unique<GatewayProcess>();
        const QStringList args =
            GatewayProcess::withoutLimits() +
            QStringList{QStringLiteral("--store-kind=postgres"), QStringLiteral("--cluster-name=test"),
                        QStringLiteral("--cluster-nats-url=nats://127.0.0.1:%1").arg(node.wire->port()),
                        QStringLiteral("--backend-url"), m_backend.url()};
        if (!node.gateway->start(
                args, {{QStringLiteral("TIDEGATE_STORE_POSTGRES_URL"), QString::fromUtf8(m_postgres.url())}}))
            return false;
    }
    return true;
}

std::optional<int> ThreeNodes::waitForLeader(qint64 term)
{
    std::optional<int> leader;
    (void)QTest::qWaitFor(
        [&] {
            for (int node = 0; node < Count; ++node) {
                const qint64 its = gateway(node).isRunning() ? leadingTerm(gateway(node).errorText()) : 0;
                if (its > term) {
                    leader = node;
                    m_term = its;
                }
            }
            return leader.has_value();
        },
        2 * WaitMs);
    return leader;
}

} // namespace Tidegate
