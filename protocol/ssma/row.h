// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace Tidegate::Ssma {

//! A stored intent as the dialect shows it (SSMA spec section 6, "Row"). Borrowed views; valid during encoding only.
struct RowView
{
    QByteArrayView id = {};
    QByteArrayView name = {};
    QByteArrayView payload = {}; //!< JSON
    QByteArrayView meta = {};    //!< JSON object, actor included, without reasons and channels (the encoder adds those)
    const QByteArrayList *reasons = nullptr;
    const QByteArrayList *channels = nullptr;
    QByteArrayView site = {};
    QByteArrayView status = {};
    QByteArrayView connectionId = {};
    qint64 insertedAtMs = 0;
    qint64 updatedAtMs = 0;
    quint64 logSeq = 0;
    QByteArrayView backendCode = {};
    QByteArrayView backendMessage = {};
};

} // namespace Tidegate::Ssma
