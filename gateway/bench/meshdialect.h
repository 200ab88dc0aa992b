// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! MottoMesh (spec sections 2 and 5): a login, then one subscription. Publications are answered by nothing.
class MeshDialect final : public Dialect
{
public:
    struct Config
    {
        QByteArray subject = "bench";
        QByteArray token;
        //! What a publication carries; it must have the number's marker in it.
        QByteArray (*message)(const QByteArray &run, quint32 number, int payloadBytes) = markedMessage;
    };

    MeshDialect(const Target &target, Config config);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return false; }
    bool hasPositions() const override { return false; }

private:
    //! The marker and \p payloadBytes of padding.
    static QByteArray markedMessage(const QByteArray &run, quint32 number, int payloadBytes);
    Opening opening(const QByteArray &frames) const;

    const Target &m_target;
    const Config m_config;
};

} // namespace Tidegate::Bench
