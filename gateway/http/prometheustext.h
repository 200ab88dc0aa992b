// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

class QJsonObject;

namespace Tidegate {

//! Media type of prometheusText().
inline constexpr char PrometheusMediaType[] = "text/plain; version=0.0.4; charset=utf-8";

//! The numbers of GET /optimistic/metrics in Prometheus' text format. Numbers that \p metrics does not have are left
//! out. Pure.
QByteArray prometheusText(const QJsonObject &metrics);

//! Whether an Accept header asks for text rather than JSON, as Prometheus' own does.
bool acceptsPrometheusText(QByteArrayView accept);

} // namespace Tidegate
