// SPDX-License-Identifier: MIT
#pragma once

#include "bench/dialect.h"

namespace Tidegate::Bench {

//! The MottoMesh dialect: a login, then one subscription; packets of publishers are answered by nothing.
class MeshDialect final : public Dialect
{
public:
    //! Key of the tokens; the server has to be given it too.
    static QByteArray secret();

    explicit MeshDialect(const Target &target);

    Opening subscriber() const override;
    Opening publisher() const override;
    Opening returningSubscriber(const QByteArray &) const override { return subscriber(); }
    QByteArray lastPosition(const QByteArray &) const override { return {}; }
    QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const override;
    bool acknowledges() const override { return false; }

private:
    Opening opening(const QByteArray &frames) const;

    const Target &m_target;
    const QByteArray m_token;
};

} // namespace Tidegate::Bench
