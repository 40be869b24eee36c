/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SMP_H
#define _STANDIN_LINUX_SMP_H

/* A thread is given its CPU. */
extern __thread unsigned int standin_cpu;

static inline unsigned int raw_smp_processor_id(void)
{
	return standin_cpu;
}

#endif /* _STANDIN_LINUX_SMP_H */
